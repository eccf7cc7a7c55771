/** The app whose pages the workbench hosts. */
export const appId = 'flaglens-app';

/** What the workbench reads of an app's manifest. */
export interface AppManifest {
  includes?: Array<{ type: string; name: string; path?: string; addToNav?: boolean }>;
}

/** A page that the navigation leads to. */
export interface AppPage {
  href: string;
  title: string;
}

/** The pages that an app has in the navigation, in its order. */
export function pagesOf({ includes = [] }: AppManifest): AppPage[] {
  return includes.flatMap(({ type, name, path, addToNav }) =>
    type === 'page' && addToNav === true && path !== undefined ? [{ href: path, title: name }] : []
  );
}
