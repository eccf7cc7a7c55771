/** The view of one distribution: cumulative shares, the shift of the quantiles, and both over time. */
export { Distribution } from './Distribution';
