import { OrgRole } from '@grafana/data';
import { config } from '@grafana/runtime';

/** What the user may do with datasources. */
export interface Rights {
  create: boolean;
  write: boolean;
  /** Whether the backend tries settings for them that are not saved: it is told no more of a user than the role. */
  try: boolean;
}

/** Reads the rights that Grafana tells its pages; where it tells none, the role decides. */
export function rights(): Rights {
  const { permissions, orgRole, isGrafanaAdmin } = config.bootData.user;
  const may = (action: string) => permissions?.[action] ?? (orgRole === OrgRole.Admin || isGrafanaAdmin);
  return { create: may('datasources:create'), write: may('datasources:write'), try: orgRole === OrgRole.Admin };
}

/** Who can do what the user may not. */
export const whoCan = 'An administrator of this organization can.';
