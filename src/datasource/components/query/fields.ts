import { type QuerySource } from '../../querySource';
import { type FlaglensQuery } from '../../types';

/** What every part of the query editor gets. */
export interface FieldsProps {
  datasource: QuerySource;
  query: FlaglensQuery;
  /** Takes the query as changed, and runs it if it says enough. */
  onChange: (query: FlaglensQuery) => void;
}
