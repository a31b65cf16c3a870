/** Where the emulated services seem to be. */
export const region = 'us-east-1';
export const accountId = '000000000000';
/** The one key pair of this machine: links are signed and checked with it. It opens nothing. */
export const accessKey = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
