import type { WEB_VITALS, WIRE_EVENTS, WIRE_LIMITS, WIRE_VERSION } from '../events/wire.js';

// What the entry needs of the wire's constants, and no more, as the whole of them would be part of its size. Their types
// are those constants' values: one that drifts from the wire does not compile.

type Limits = typeof WIRE_LIMITS;
type Names = typeof WIRE_EVENTS;

export const VERSION: typeof WIRE_VERSION = 1;
export const MOST_EVENTS: Limits['events'] = 200;
export const MOST_FLAGS: Limits['flags'] = 50;
export const FLAG_LENGTH: Limits['flagLength'] = 128;
export const NAME_LENGTH: Limits['nameLength'] = 64;
export const AGE_MS: Limits['ageMs'] = 86_400_000;
export const LEAST_RATE: Limits['sampleRate'] = 0.01;

export const WEB_VITAL: Names['webVital'] = 'web_vital_measured';
export const PAGE_TIMING: Names['pageTiming'] = 'page_timing_measured';
export const EXPOSURE: Names['exposure'] = 'feature_exposed';

export const VITALS: typeof WEB_VITALS = ['LCP', 'INP', 'FCP', 'TTFB', 'CLS'];
