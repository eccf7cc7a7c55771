import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery, AnnotationTarget } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Query } from '../../src/contract/contract.gen';
import { datasource } from './flaglensQuery';

/** What marks the time axis of every panel: changes of the allocation and of the flag, and marked stretches of time. */
export function changesAnnotation(flag: string): Builder<AnnotationQuery> {
  const query: Query & { refId: string } = { refId: 'Changes', queryType: 'changes', flag };
  // What Grafana's own annotations are chosen by has to be there, and means nothing to another datasource.
  const target: AnnotationTarget & Query = { limit: 100, matchAny: false, tags: [], type: 'tags', ...query };
  return { build: () => ({ name: 'Changes', datasource, enable: true, hide: false, iconColor: 'purple', target }) };
}
