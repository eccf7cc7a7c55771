/** What is said in sentences: states, failures, and what a verdict rests on. */
export { Footer } from './Footer';
export { Message } from './Message';
export { RemarkLine } from './RemarkLine';
export { RestsOn } from './RestsOn';
