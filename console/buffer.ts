/**
 * Node's Buffer, as far as lib/form.ts needs it to check an upload: esbuild puts this in its place, since a browser has
 * none.
 */
export const Buffer = {
  from: (base64: string, _encoding: 'base64'): Uint8Array =>
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
};
