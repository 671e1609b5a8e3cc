#!/usr/bin/env node
import { runTool } from '../project/run_tool.ts';
import { simulateCommand } from './command.ts';

// `npm run simulate`: the same as `lb simulate`.

await runTool('simulate', () => simulateCommand('npm run simulate --').parseAsync());
