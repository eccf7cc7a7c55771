/** Stands for the host's AMD loader, which unit tests do not have. */
export default undefined;
