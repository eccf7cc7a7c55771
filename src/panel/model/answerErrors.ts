import { type DataQueryError } from '@grafana/data';

/** Where an answer says what failed. Grafana fills `errors`, and only `error` where a request failed as a whole. */
export interface AnswerErrors {
  error?: DataQueryError;
  errors?: DataQueryError[];
}

/** What failed of an answer, by query where the host tells. */
export function errorsOf({ error, errors = [] }: AnswerErrors): DataQueryError[] {
  return errors.length > 0 ? errors : error ? [error] : [];
}

/** The same in the form in which a host gives it. */
export function failingAs({ error, errors }: AnswerErrors): AnswerErrors {
  return { error, errors };
}
