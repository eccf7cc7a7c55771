/** The part of the control page that shows the notifications that arrived. */
export const inboxStyle = `
  #inbox { list-style: none; padding: 0; margin: 0; }
  #inbox > li { border-inline-start: 4px solid GrayText; padding: .25rem .75rem; margin: .75rem 0; overflow-wrap: anywhere; }
  #inbox > li[data-scope=feature] { border-color: #ff9830; }
  #inbox > li[data-scope=existing-application] { border-color: #8ab8ff; }
  #inbox .state { font-weight: 600; }
  #inbox p { margin: .1rem 0; }
  fieldset > header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }`;

/** Runs in the browser: text is only ever set as text. */
export const inboxScript = `
  const list = document.querySelector('#inbox');
  const count = document.querySelector('#inbox-count');
  const add = (parent, tag, content, change = {}) => {
    const element = Object.assign(document.createElement(tag), { textContent: content }, change);
    parent.append(element);
    return element;
  };
  const clock = (time) => (time ? new Date(time).toLocaleTimeString() : '');
  const showAlert = (notification, alert) => {
    const item = document.createElement('li');
    item.dataset.scope = alert.scope;
    item.dataset.status = alert.status;
    const first = add(item, 'p', '');
    add(first, 'span', alert.status === 'resolved' ? '\\u2713 Recovered' : '\\u25b2 Firing', { className: 'state' });
    add(first, 'span', ' \\u00b7 ' + alert.summary);
    if (alert.description) { add(item, 'p', alert.description); }
    const said = [alert.scope && 'scope ' + alert.scope, alert.flag && 'flag ' + alert.flag, alert.variant && 'variant ' + alert.variant,
      alert.signal && 'signal ' + alert.signal].filter(Boolean).join(' \\u00b7 ');
    add(item, 'small', said);
    const times = ['since ' + clock(alert.startsAt), alert.endsAt && 'until ' + clock(alert.endsAt),
      'arrived ' + clock(notification.receivedAt) + ' from ' + notification.sender].filter(Boolean).join(', ');
    const last = add(item, 'small', times);
    if (alert.link) { add(last, 'span', ' \\u00b7 '); add(last, 'a', 'Open the dashboard', { href: alert.link, rel: 'noopener noreferrer', target: '_blank' }); }
    return item;
  };
  let shown;
  const refreshInbox = async () => {
    try {
      const { notifications } = await (await fetch('/api/notifications')).json();
      const state = notifications.map(({ id }) => id).join();
      if (state === shown) { return; }
      shown = state;
      list.replaceChildren(...notifications.flatMap((one) => one.alerts.map((alert) => showAlert(one, alert))));
      count.textContent = notifications.length === 0 ? 'Nothing has arrived yet.' : notifications.length + (notifications.length === 1 ? ' notification' : ' notifications') + ', the newest first';
    } catch { /* The status line says that the demo does not answer. */ }
  };
  document.querySelector('#inbox-clear').addEventListener('click', async () => {
    await fetch('/api/notifications', { method: 'DELETE' });
    await refreshInbox();
  });
  refreshInbox();
  setInterval(refreshInbox, 2000);`;

/** The section's markup. */
export const inboxSection = `<fieldset><legend>Inbox: notifications of alert rules</legend>
<header><small id="inbox-count" role="status" aria-live="polite"></small><button type="button" id="inbox-clear">Clear</button></header>
<ol id="inbox" aria-label="Notifications"></ol></fieldset>`;
