/**
 * Where this page was served from: by `npm start` on this machine, or by a deployed API. The server writes it into the page. Read
 * when it is needed, so that tests without a page may load the modules.
 */
export const isLocal = (): boolean => document.documentElement.dataset['place'] !== 'deployed';

/** The API as the page reaches it: below its own server, or beside the folder that it was served from. */
export const apiBase = (): string => (isLocal() ? 'api' : '..');

/** The list of all operations: made beforehand on this machine, else by the API. */
export const indexPath = (): string => (isLocal() ? 'operations.json' : `${apiBase()}/operations?form=index`);
