import { Command } from 'commander';
import type { SqlAnswer } from '../../../shared/contracts/sql.ts';
import { watchScreen } from '../../project/screen.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import type { JsonOption } from '../say.ts';
import { TOP_QUERY, type TopRow, topRows } from './top_query.ts';
import { SORTS, type Sort, topText } from './top_text.ts';

const EVERY_MS = 2_000;

/** `lb top`: the busiest load balancers and origins. */
export function topCommand(): Command {
  const command = new Command('top').description(
    'Show load balancers and origins by requests, failures or time, again every two seconds. The key s sorts, and q ends it.',
  );
  return withConsoleOptions(command, 'ask', 'the rows once').action(
    async (options: ConsoleOptions & JsonOption) => {
      const endpoint = consoleEndpoint(options, process.env);
      const read = async (): Promise<TopRow[]> => {
        const body = { query: TOP_QUERY };
        return topRows((await askConsole<SqlAnswer>(endpoint, '/api/sql', { method: 'POST', body })).rows);
      };
      if (options.json === true) {
        console.log(JSON.stringify(await read(), undefined, 2));
        return;
      }
      let sort: Sort = SORTS[0];
      await watchScreen(
        async (screen) => topText(await read(), sort, screen, new Date()),
        EVERY_MS,
        (key) => {
          if (key === 'q') return 'end';
          if (key !== 's') return undefined;
          sort = SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? SORTS[0];
          return 'draw';
        },
      );
    },
  );
}
