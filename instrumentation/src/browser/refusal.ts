import { EVENT_NAME } from '../events/wire.js';
import type { BrowserProperties } from './options.js';
import { isPersonalField, isPersonalText } from './personal.js';
import { NAME_LENGTH } from './wireConstants.js';

/** Why an event is not sent, for the developer of the page; undefined if nothing speaks against it. No value is named. */
export function refusal(name: string, properties: BrowserProperties): string | undefined {
  if (!EVENT_NAME.test(name) || name.length > NAME_LENGTH || isPersonalText(name)) {
    return 'an event is not called object_action';
  }
  for (const [key, value] of Object.entries(properties)) {
    if (!/^\w+$/.test(key) || isPersonalText(key)) {
      return `a property of ${name} is not named in letters`;
    }
    if (isPersonalField(key) || isPersonalText(value)) {
      return `${name}.${key} holds personal data`;
    }
    if (Object(value) === value) {
      return `${name}.${key} is an object`;
    }
  }
  return undefined;
}
