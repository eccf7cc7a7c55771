import type { Query } from '../../../../src/contract/contract.gen';

/** The uid under which Grafana knows its own expressions. */
const expressionUid = '__expr__';

/** One entry of a rule's data: a query or an expression, under a refId. */
export interface RuleQuery {
  refId: string;
  datasourceUid: string;
  /** Seconds before the evaluation. */
  relativeTimeRange: { from: number; to: number };
  model: Record<string, unknown>;
}

/** A query of our datasource over the last `seconds`, answered with one number for the whole of them. */
export function flaglensRuleQuery(refId: string, uid: string, seconds: number, query: Query): RuleQuery {
  return {
    refId,
    datasourceUid: uid,
    relativeTimeRange: { from: seconds, to: 0 },
    model: {
      refId,
      datasource: { type: 'flaglens-datasource', uid },
      ...query,
      intervalMs: seconds * 1000,
      maxDataPoints: 1,
    },
  };
}

function expression(refId: string, model: Record<string, unknown>): RuleQuery {
  return {
    refId,
    datasourceUid: expressionUid,
    relativeTimeRange: { from: 0, to: 0 },
    model: { refId, datasource: { type: expressionUid, uid: expressionUid }, ...model },
  };
}

/** Arithmetic over other refIds, whose labels the result keeps. */
export function math(refId: string, text: string): RuleQuery {
  return expression(refId, { type: 'math', expression: text });
}

/** A test of one refId's newest value. */
export interface Test {
  refId: string;
  evaluator: { type: 'gt' | 'lt'; params: [number] };
}

/** Holds where all of the tests do, without any labels; it can be a rule's condition and no other expression's input. */
export function conditions(refId: string, tests: readonly Test[]): RuleQuery {
  return expression(refId, {
    type: 'classic_conditions',
    conditions: tests.map((test) => ({
      type: 'query',
      evaluator: test.evaluator,
      operator: { type: 'and' },
      query: { params: [test.refId] },
      reducer: { type: 'last', params: [] },
    })),
  });
}
