import { type Profile } from '../../../contract/constants.gen';
import { choicesOf } from './options';

/** How fast against how careful a verdict is. */
export const profiles = choicesOf<Profile>({
  strict: { label: 'Strict', description: 'Survives long bursts of requests of one client' },
  brisk: { label: 'Brisk', description: 'Faster, for services without such bursts' },
});
