import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/openapi/', import.meta.url));

/** The vendor's own documents lie beside the project where someone has them; they may not be part of it. */
export const hasVendorDocuments = existsSync(folder);

export const vendorDocument = (name: string) => `${folder}${name}.json`;
