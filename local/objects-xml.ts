/** An object with the headers that it is sent with. */
export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  /** CRC32 in base64. */
  readonly checksum: string;
  readonly modifiedAtMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

type XmlValue = string | number | boolean | readonly Readonly<Record<string, XmlValue>>[] | undefined;

/** An XML document; a list repeats its element, what is undefined is left out. */
export function xml(root: string, members: Readonly<Record<string, XmlValue>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements(members)}</${root}>`;
}

function elements(members: Readonly<Record<string, XmlValue>>): string {
  return Object.entries(members)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (typeof value !== 'object') return [`<${name}>${escapeXml(String(value))}</${name}>`];
      return value.map((item) => `<${name}>${elements(item)}</${name}>`);
    })
    .join('');
}

const escapeXml = (text: string): string =>
  text.replaceAll(/[<>&\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** ListObjectsV2: keys in their order, in pages; keys that share a prefix up to the delimiter are one entry. */
export function listing(
  bucketName: string,
  bucket: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const max = Math.min(1000, Number(query.get('max-keys') ?? 1000));
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;

  const folderOf = (key: string): string | undefined => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  const keys = [...bucket.keys()].filter((key) => key.startsWith(prefix)).sort(byBytes);
  const entries = [...new Set(keys.map((key) => folderOf(key) ?? key))].filter(
    (entry) => byBytes(entry, after) > 0,
  );
  const page = entries.slice(0, max);
  const truncated = page.length < entries.length;
  return xml('ListBucketResult', {
    Name: bucketName,
    Prefix: encode(prefix),
    KeyCount: page.length,
    MaxKeys: max,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: truncated,
    NextContinuationToken: truncated ? page.at(-1) : undefined,
    Contents: page.flatMap((key) => contentsOf(key, encode, bucket.get(key))),
    CommonPrefixes: page.filter((entry) => !bucket.has(entry)).map((entry) => ({ Prefix: encode(entry) })),
  });
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function contentsOf(key: string, encode: (key: string) => string, object: StoredObject | undefined) {
  if (!object) return [];
  const LastModified = new Date(object.modifiedAtMs).toISOString();
  return [
    { Key: encode(key), LastModified, ETag: object.etag, Size: object.body.length, StorageClass: 'STANDARD' },
  ];
}
