import type { ConfigFile } from '../../../shared/authoring/schema.ts';

/** The smallest file that uses all three lists; a test changes what it is about. */
export function sampleFile() {
  return {
    load_balancers: [{ name: 'app.example.com', default_pools: ['eu'] }],
    pools: [
      {
        name: 'eu',
        monitor: 'http',
        origins: [
          { name: 'eu-1', address: 'eu-1.example.com' },
          { name: 'eu-2', address: 'eu-2.example.com' },
        ],
      },
    ],
    monitors: [{ id: 'http' }],
  } satisfies ConfigFile;
}
