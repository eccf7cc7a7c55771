import { diag } from '@opentelemetry/api';

/**
 * Runs a part of tracing, and answers undefined if it throws: the application must not notice. What failed is reported to
 * OpenTelemetry's own diagnostics, which are silent unless the application listens to them.
 */
export function guarded<T>(site: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    try {
      diag.warn(`flaglens: ${site} failed: ${error instanceof Error ? error.name : typeof error}`);
    } catch {
      // The application's diagnostics fail as well, and nobody else is there to tell.
    }
    return undefined;
  }
}
