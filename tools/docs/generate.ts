import { writeFileSync } from 'node:fs';
import { inRoot } from '../cli/root.ts';
import { configurationDocs } from './configuration.ts';

/** Pages that are generated, by their place in the repository. Tests compare what is committed with these. */
export const GENERATED_DOCS: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationDocs,
};

if (import.meta.main)
  for (const [file, render] of Object.entries(GENERATED_DOCS)) writeFileSync(inRoot(file), render());
