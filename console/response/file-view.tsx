import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FileContent } from './file.ts';

const longestText = 20_000;

/** Bytes: shown where a browser can, and always to download. They go no further than this page. */
export function FileView({ file }: { readonly file: FileContent }) {
  const url = useObjectUrl(file);
  const text = useMemo(
    () => (file.preview === 'text' ? new TextDecoder().decode(file.bytes.slice(0, longestText)) : ''),
    [file],
  );
  return (
    <div class="file">
      <p class="file-head">
        <strong>{file.name}</strong> <span class="type">{file.contentType}</span>{' '}
        <span>{file.bytes.length.toLocaleString('en')} bytes</span>
        {url !== undefined && (
          <a class="button" href={url} download={file.name}>
            Download
          </a>
        )}
      </p>
      {file.preview === 'image' && url !== undefined && <img src={url} alt={`Preview of ${file.name}`} />}
      {file.preview === 'pdf' && url !== undefined && <iframe src={url} title={`Preview of ${file.name}`} />}
      {file.preview === 'text' && <pre>{text}</pre>}
      {file.preview === 'none' && <p class="empty">There is no preview of this type.</p>}
    </div>
  );
}

function useObjectUrl({ bytes, contentType }: FileContent): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type: contentType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, contentType]);
  return url;
}
