import { writeFileSync } from 'node:fs';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';
import { configurationDocs } from './configuration.ts';
import { deployDocs } from './deploy.ts';
import { configJsonSchema } from './json_schema.ts';
import { scaleDocs } from './scale.ts';
import { securityDocs } from './security.ts';
import { sqlDocs } from './sql.ts';
import { strategiesDocs } from './strategies.ts';

/** Files with generated content, by path in the repository. A test compares them with the committed files. */
export const GENERATED_DOCS: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationDocs,
  'docs/deploy.md': deployDocs,
  'docs/scale.md': scaleDocs,
  'docs/security.md': securityDocs,
  'docs/sql.md': sqlDocs,
  'docs/strategies.md': strategiesDocs,
  'plimsoll.schema.json': configJsonSchema,
};

if (import.meta.main)
  await runTool('docs', () => {
    for (const [file, render] of Object.entries(GENERATED_DOCS)) writeFileSync(inRoot(file), render());
  });
