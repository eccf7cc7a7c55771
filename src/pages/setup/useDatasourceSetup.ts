import { isFetchError } from '@grafana/runtime';
import { useCallback, useMemo, useState } from 'react';

import { type DetectResource, type DoctorResource, type PreviewResource } from '../../contract/contract.gen';
import { resourcesOf } from '../../shared/resourcesOf';
import { useDebounced } from '../../shared/useDebounced';
import { type Loaded, useLoaded } from '../../shared/useLoaded';
import {
  type JsonData,
  publicSettings,
  readDatasource,
  saveDatasource,
  type SaveFailure,
  saveFailure,
  type StoredDatasource,
} from '../host/datasources';
import { asStored, changesAnything, type Choice, isConfigured, settingsOf } from './choice';

/** Everything that the page knows of one datasource, and what can be done with it. */
export interface DatasourceState {
  /** As it is stored; absent while it is read, and where the user may not read it. */
  stored: StoredDatasource | undefined;
  /** Why it could not be read, where that is no lack of rights. */
  storedError: Loaded<StoredDatasource | undefined>;
  detect: Loaded<DetectResource>;
  /** Whether it says how to split. */
  configured: boolean;
  choice: Choice;
  choose: (choice: Choice) => void;
  preview: Loaded<PreviewResource>;
  lastPreview: PreviewResource | undefined;
  chooseFlag: (flag: string) => void;
  doctor: Loaded<DoctorResource>;
  /** Whether the choice would change what is stored. */
  changed: boolean;
  saving: boolean;
  failure: SaveFailure | undefined;
  saved: boolean;
  save: () => Promise<void>;
  /** Reads what somebody else stored; the choice stays. */
  readAgain: () => Promise<void>;
}

/** Clicks that follow each other closely ask once. */
const settleMs = 250;

/** Those who may not read the stored settings see what every page of Grafana knows of them. */
async function readIfAllowed(uid: string): Promise<StoredDatasource | undefined> {
  try {
    return await readDatasource(uid);
  } catch (error) {
    if (isFetchError(error) && error.status === 403) {
      return undefined;
    }
    throw error;
  }
}

/** Keeps what Setup shows of one datasource: stored, found, chosen, and what the choice yields. */
export function useDatasourceSetup(uid: string): DatasourceState {
  const resources = useMemo(() => resourcesOf(uid), [uid]);
  const read = useLoaded(useCallback(() => readIfAllowed(uid), [uid]));
  // What was saved here is newer than what was read.
  const [newer, setNewer] = useState<StoredDatasource>();
  const stored = newer ?? read.value;
  const known = publicSettings(uid);
  const jsonData = stored?.jsonData ?? known;
  const ready = !read.loading && read.error === undefined;
  const detect = useLoaded(useMemo(() => (ready ? () => resources.detect() : undefined), [ready, resources]));

  const configured = jsonData !== undefined && isConfigured(jsonData);
  const [picked, choose] = useState<Choice>();
  // Where nothing is set, the best of what was found is the obvious choice.
  const [best] = configured ? [] : (detect.value?.proposals ?? []);
  const choice = useMemo(() => picked ?? (best ? { ...asStored, proposal: best } : asStored), [picked, best]);
  const settings = useMemo(() => JSON.stringify(settingsOf(jsonData ?? {}, choice)), [jsonData, choice]);
  const asked = useDebounced(settings, settleMs);
  const something = ready && (configured || choice.proposal !== undefined);

  const [flag, chooseFlag] = useState<string>();
  const [lastPreview, setLastPreview] = useState<PreviewResource>();
  const ask = useMemo(
    () =>
      something
        ? async () => {
            const answer = await resources.preview({ settings: JSON.parse(asked) as JsonData, from: 0, to: 0, flag });
            setLastPreview(answer);
            return answer;
          }
        : undefined,
    [something, resources, asked, flag]
  );
  const preview = useLoaded(ask);
  const doctor = useLoaded(
    useMemo(
      () => (something ? () => resources.doctor({ settings: JSON.parse(asked) as JsonData }) : undefined),
      [something, resources, asked]
    )
  );

  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  const [failure, setFailure] = useState<SaveFailure>();
  const attempt = async (work: () => Promise<void>) => {
    setSaving(true);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(saveFailure(error));
    }
    setSaving(false);
  };
  return {
    stored,
    storedError: read,
    detect,
    configured,
    choice,
    choose: (next) => {
      setSaved(false);
      choose(next);
    },
    preview,
    lastPreview,
    chooseFlag,
    doctor,
    changed: changesAnything(choice),
    saving,
    failure,
    saved,
    save: () =>
      attempt(async () => {
        if (stored) {
          setNewer(await saveDatasource({ ...stored, jsonData: settingsOf(stored.jsonData, choice) }));
          choose(asStored);
          setSaved(true);
        }
      }),
    readAgain: () => attempt(async () => setNewer(await readDatasource(uid))),
  };
}
