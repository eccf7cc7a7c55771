import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Auth, AuthMethod, ConnectionSettings, convertLegacyAuthProps } from '@grafana/plugin-ui';
import { useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { type FlaglensSettings } from '../types';
import { type MetricsResource, type Settings } from '../../contract/contract.gen';
import { useDebounced } from '../../shared/useDebounced';
import { useLoaded } from '../../shared/useLoaded';
import { AppNotice } from './config/AppNotice';
import { BaselineSection } from './config/BaselineSection';
import { Fold } from './config/Fold';
import { MarkersSection } from './config/MarkersSection';
import { QuerySection } from './config/QuerySection';
import { resourcesOf } from '../../shared/resourcesOf';
import { defaultPreset, type EditorProps, merged } from './config/settings';
import { SignalsSection } from './config/SignalsSection';
import { SplitSection } from './config/SplitSection';
import { TracesSection } from './config/TracesSection';
import { VerdictSection } from './config/VerdictSection';

/** Prometheus is asked by the backend, so a browser's own credentials are of no use. A bearer token is an HTTP header. */
const authMethods = [AuthMethod.NoAuth, AuthMethod.BasicAuth, AuthMethod.OAuthForward];

/** Typing that has rested so long asks anew. */
const settleMs = 400;

/** The metrics of settings that are not saved; of the saved ones while those are incomplete, and for who may not try any. */
async function metricsOf(uid: string, settings: Settings): Promise<MetricsResource> {
  const resources = resourcesOf(uid);
  try {
    return await resources.metricsOf(settings);
  } catch {
    return resources.metrics();
  }
}

/** The datasource's settings: where Prometheus is, how to log in, and how flags and variants are told apart. */
export default function ConfigEditor({ options, onOptionsChange }: EditorProps) {
  const styles = useStyles2(getStyles);
  const { uid, jsonData: settings } = options;
  const presets = useLoaded(useCallback(async () => (await resourcesOf(uid).presets()).presets, [uid]));
  // The lists follow what is chosen here, saved or not.
  const tried = useDebounced(JSON.stringify({ preset: settings.preset, split: settings.split }), settleMs);
  const metrics = useLoaded(useCallback(() => metricsOf(uid, JSON.parse(tried) as Settings), [uid, tried]));
  const preset = presets.value?.find(({ id }) => id === (settings.preset ?? defaultPreset));

  const hasSecrets = Object.values(options.secureJsonFields).some(Boolean);
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
      <AppNotice uid={uid} />
      <SplitSection {...section} presets={presets} />
      <Fold title="Authentication" about="user, token, TLS, headers" open={options.basicAuth || hasSecrets}>
        <Auth
          {...convertLegacyAuthProps({ config: options, onChange: onOptionsChange })}
          visibleMethods={authMethods}
        />
      </Fold>
      <Fold title="What is judged" about="signals, baseline, rules of verdicts">
        <SignalsSection
          {...section}
          preset={preset?.signals ?? []}
          split={settings.split ?? preset?.split}
          metrics={metrics}
        />
        <BaselineSection {...section} />
        <VerdictSection {...section} />
      </Fold>
      <Fold title="How Prometheus is asked" about="traces, markers, scrape interval, timeout, limits">
        <TracesSection {...section} />
        <MarkersSection {...section} />
        <QuerySection {...section} />
      </Fold>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(3),
    // As wide as the sections of plugin-ui.
    maxWidth: 578,
  }),
});
