import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasourceVariable, flagVariable } from './variables';

/** What tells one of our dashboards from another. */
export interface DashboardFace {
  uid: string;
  title: string;
  description: string;
  /** How far back it begins, as in now-15m. */
  from: string;
  /** The dashboard beside this one, reached with the same flag and time range. */
  sibling: { uid: string; title: string };
}

/** The frame that both dashboards share: variables, crosshair, refresh, and the link to the sibling. */
export function flaglensDashboard(face: DashboardFace): DashboardBuilder {
  return new DashboardBuilder(face.title)
    .id(null)
    .uid(face.uid)
    .description(face.description)
    .tags(['flaglens'])
    .timezone('browser')
    .time({ from: face.from, to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(datasourceVariable())
    .withVariable(flagVariable())
    .link(
      new DashboardLinkBuilder(face.sibling.title)
        .type(DashboardLinkType.Link)
        .url(`/d/${face.sibling.uid}`)
        .icon('external link')
        .tooltip(`Open ${face.sibling.title} for the same flag and time`)
        .includeVars(true)
        .keepTime(true)
    );
}
