import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { Query } from '../../src/contract/contract.gen';

/** The datasource that every panel asks: the dashboard's own variable, so that one import serves any instance. */
export const datasource = { type: 'flaglens-datasource', uid: '${datasource}' };

/** A target of a panel: the contract's query under a refId. */
export function flaglensQuery(refId: string, query: Query): Builder<Dataquery> {
  return {
    build: () => ({ refId, datasource, ...query, _implementsDataqueryVariant: () => undefined }),
  };
}
