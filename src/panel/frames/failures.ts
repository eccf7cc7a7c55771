/** Reads what frames say of parts of an answer that failed. */
import { type DataFrame } from '@grafana/data';
import { type Failure } from '../../contract/contract.gen';

function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'signals' in value &&
    Array.isArray(value.signals) &&
    value.signals.every((signal) => typeof signal === 'string')
  );
}

/** What failed of the answer that a frame belongs to; the first frame of an answer says it for all of them. */
export function readFailures({ meta }: DataFrame): Failure[] {
  const failures: unknown = meta?.custom?.failures;
  return Array.isArray(failures) ? failures.filter(isFailure) : [];
}
