/** The table of signals. */
export { SignalTable } from './SignalTable';
