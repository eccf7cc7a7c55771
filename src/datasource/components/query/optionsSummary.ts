import { type FlaglensQuery } from '../../types';
import { detailChoices, legendChoices } from './choices';
import { quantileName } from './quantiles';
import { shownFields } from './queryTypes';

function part(name: string, values: readonly unknown[] | undefined): string[] {
  return values === undefined || values.length === 0 ? [] : [`${name} ${values.join(', ')}`];
}

/** What is set behind "Options", in words: `Baseline: off · Filters: route=/cart · Legend: Short`. */
export function optionsSummary(query: FlaglensQuery): string {
  const shown = shownFields(query);
  const set = (name: string, values: readonly unknown[] | undefined, wanted = true) =>
    wanted ? part(`${name}:`, values) : [];
  const one = (value: unknown) => (value === undefined || value === '' ? undefined : [value]);
  const label = (choices: ReadonlyArray<{ value?: unknown; label?: string }>, value: unknown) =>
    choices.find((choice) => choice.value === value)?.label ?? value;
  return [
    ...set('Baseline', one(query.baseline), shown.baseline),
    ...set('Variants', query.variants, shown.baseline),
    ...set('Show', query.roles, shown.roles),
    ...set('Quantiles', query.quantiles?.map(quantileName), shown.quantiles),
    ...set('Stats', query.stats, shown.stats),
    ...set('Group by', query.groupBy, shown.groupBy),
    ...set(
      'Filters',
      query.filters?.map(({ key, operator, value }) => `${key}${operator}${value}`)
    ),
    ...set('Since', one(query.since), shown.judging),
    ...set('Alpha', one(query.alpha), shown.judging),
    ...set('Profile', one(query.profile), shown.judging),
    ...set('Margins', query.margins === undefined ? undefined : Object.keys(query.margins), shown.judging),
    ...set('Legend', [label(legendChoices, query.legend ?? '')], shown.legend),
    ...set('Detail', [label(detailChoices, query.detail ?? 'everything')], query.format !== 'alert'),
  ].join(' · ');
}
