import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Auth, AuthMethod, ConnectionSettings, convertLegacyAuthProps } from '@grafana/plugin-ui';
import { useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { type FlaglensSettings } from '../types';
import { useLoaded } from './common/useLoaded';
import { BaselineSection } from './config/BaselineSection';
import { QuerySection } from './config/QuerySection';
import { resourcesOf } from './config/resourcesOf';
import { defaultPreset, type EditorProps, merged } from './config/settings';
import { SignalsSection } from './config/SignalsSection';
import { SplitSection } from './config/SplitSection';
import { TracesSection } from './config/TracesSection';
import { VerdictSection } from './config/VerdictSection';

/** Prometheus is asked by the backend, so a browser's own credentials are of no use. A bearer token is an HTTP header. */
const authMethods = [AuthMethod.NoAuth, AuthMethod.BasicAuth, AuthMethod.OAuthForward];

/** The datasource's settings: where Prometheus is, how to log in, and how flags and variants are told apart. */
export default function ConfigEditor({ options, onOptionsChange }: EditorProps) {
  const styles = useStyles2(getStyles);
  const { uid, jsonData: settings } = options;
  const presets = useLoaded(useCallback(async () => (await resourcesOf(uid).presets()).presets, [uid]));
  const metrics = useLoaded(useCallback(() => resourcesOf(uid).metrics(), [uid]));
  const preset = presets.value?.find(({ id }) => id === (settings.preset ?? defaultPreset));

  const section = {
    settings,
    readOnly: options.readOnly,
    onChange: (changed: Partial<FlaglensSettings>) =>
      onOptionsChange({ ...options, jsonData: merged(settings, changed) }),
  };

  return (
    <div className={styles.root}>
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlLabel="Prometheus URL"
        urlPlaceholder="http://localhost:9090"
        description="A Prometheus, or what speaks its API: Thanos, Mimir, VictoriaMetrics."
      />
      <Auth {...convertLegacyAuthProps({ config: options, onChange: onOptionsChange })} visibleMethods={authMethods} />
      <SplitSection {...section} presets={presets} />
      <SignalsSection
        {...section}
        preset={preset?.signals ?? []}
        split={settings.split ?? preset?.split}
        metrics={metrics}
      />
      <BaselineSection {...section} />
      <VerdictSection {...section} />
      <TracesSection {...section} />
      <QuerySection {...section} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(5),
    // As wide as the sections of plugin-ui.
    maxWidth: 578,
  }),
});
