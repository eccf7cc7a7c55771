/** The panel's head: what is compared, the one sentence, the legend, the rollout. */
export { Header } from './Header';
export { pillOf } from './pillOf';
export { RolloutFacts } from './RolloutFacts';
export { SentencePill } from './SentencePill';
export { StatusPill } from './StatusPill';
export { VariantLegend } from './VariantLegend';
