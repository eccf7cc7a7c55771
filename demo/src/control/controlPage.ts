import { faults, flags } from '../flags';
import { maxRps } from '../state';
import { inboxScript, inboxSection, inboxStyle } from './inboxSection';

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
  fieldset { border: 1px solid GrayText; border-radius: 4px; margin: 1rem 0; }
  label { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .4rem 0; align-items: center; }
  input[type=range] { grid-column: 1 / -1; width: 100%; }
  input[type=checkbox] { width: 1.25rem; height: 1.25rem; }
  small { color: GrayText; display: block; }
  output { font-variant-numeric: tabular-nums; }
  [role=status] { min-height: 1.5rem; }`;

/** Runs in the browser: reads the state into the page, and sends each change. */
const script = `
  const status = document.querySelector('#said');
  const show = (input, value) => {
    if (input.type === 'checkbox') { input.checked = value; return; }
    input.value = value;
    input.closest('label').querySelector('output').textContent = value + input.dataset.unit;
  };
  const read = (state, input) => input.dataset.path.split('/').reduce((value, key) => value[key], state);
  const inputs = [...document.querySelectorAll('[data-path]')];
  const refresh = async () => {
    try {
      const state = await (await fetch('/api/state')).json();
      inputs.filter((input) => input !== document.activeElement).forEach((input) => show(input, read(state, input)));
    } catch { status.textContent = 'The demo does not answer. Has it been stopped?'; }
  };
  const send = async (input) => {
    const value = input.type === 'checkbox' ? input.checked : Number(input.value);
    const response = await fetch(input.dataset.url, {
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ [input.dataset.field]: value }),
    });
    const answer = await response.json();
    status.textContent = response.ok ? 'Changed. The next scrapes show it.' : answer.error;
  };
  inputs.forEach((input) => {
    input.addEventListener('input', () => show(input, input.type === 'checkbox' ? input.checked : input.value));
    input.addEventListener('change', () => send(input).catch(() => { status.textContent = 'The demo does not answer.'; }));
  });
  document.querySelectorAll('time').forEach((time) => { time.textContent = new Date(time.dateTime).toLocaleString(); });
  refresh();
  setInterval(refresh, 2000);`;

/**
 * The page on which a person changes the demo.
 *
 * @param historyUntil unix seconds up to which the data is a simulated past, if there is one
 */
export function controlPage(historyUntil?: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Flaglens demo: control</title>
<link rel="icon" href="data:,">
<style>${style}${inboxStyle}</style>
</head>
<body>
<h1>Demo control</h1>
<p>A small shop under load. Change who gets a feature, and what goes wrong; Flaglens shows it after the next scrapes.</p>
${historyUntil === undefined ? '' : historyNote(historyUntil)}
<fieldset><legend>Allocation: share of the users in the feature</legend>${flags.map(allocation).join('')}</fieldset>
<fieldset><legend>Faults</legend>${Object.entries(faults).map(fault).join('')}</fieldset>
<fieldset><legend>Load</legend>${slider('Requests a second', '', 'rps', '/api/load', 'rps', maxRps, '/s')}</fieldset>
<p role="status" id="said" aria-live="polite"></p>
${inboxSection}
<script>{${script}}
{${inboxScript}}</script>
</body>
</html>`;
}

function historyNote(until: number): string {
  const time = new Date(until * 1000).toISOString();
  return `<p>Up to <time datetime="${time}">${time}</time> the data is a <strong>simulated history</strong> of this same shop; from then on it is measured.</p>`;
}

function allocation({ key, feature, description }: (typeof flags)[number]): string {
  return slider(`${key}: ${feature}`, description, `percentages/${key}`, `/api/flags/${key}`, 'percentage', 100, '%');
}

function slider(
  title: string,
  hint: string,
  path: string,
  url: string,
  field: string,
  max: number,
  unit: string
): string {
  return `<label><span>${title}<small>${hint}</small></span><output></output>
    <input type="range" min="0" max="${max}" step="5" data-path="${path}" data-url="${url}" data-field="${field}" data-unit="${unit}"></label>`;
}

function fault([name, description]: [string, string]): string {
  return `<label><span>${name}<small>${description}</small></span>
    <input type="checkbox" role="switch" data-path="faults/${name}" data-url="/api/faults/${name}" data-field="on"></label>`;
}
