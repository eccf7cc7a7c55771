import { type FlaglensDataSource } from '../../datasource';
import { type FlaglensQuery } from '../../types';

/** What every part of the query editor gets. */
export interface FieldsProps {
  datasource: FlaglensDataSource;
  query: FlaglensQuery;
  /** Takes the query as changed, and runs it if it says enough. */
  onChange: (query: FlaglensQuery) => void;
}
