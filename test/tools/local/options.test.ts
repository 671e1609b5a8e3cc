import { describe, expect, it } from 'vitest';
import { DEMO_CONFIG, startCommand, startOptions } from '../../../tools/local/options.ts';

/** The message for invalid arguments. */
function complaint(...args: string[]): string {
  let said = '';
  const command = startCommand()
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
  expect(() => startOptions(args, command)).toThrow();
  return said;
}

describe('startOptions', () => {
  it('runs the demo on the default ports without arguments', () => {
    expect(startOptions([])).toEqual({
      config: DEMO_CONFIG,
      demo: true,
      demo_port: 9101,
      gateway_port: 8787,
      console_port: 8788,
      sql_port: 8789,
      sample: 1,
    });
  });

  it('accepts a configuration without the demo, on other ports', () => {
    const args = '--config /etc/own.jsonc --no-demo --port 1 --console-port 2 --sql-port 3 --sample 10'.split(
      ' ',
    );
    expect(startOptions(args)).toMatchObject({
      config: '/etc/own.jsonc',
      demo: false,
      gateway_port: 1,
      console_port: 2,
      sql_port: 3,
      sample: 10,
    });
  });

  it.each([
    ['--port', '0'],
    ['--port', '65536'],
    ['--console-port', '80a'],
    ['--sql-port', '-1'],
    ['--demo-port', '65534'],
    ['--sample', '0'],
    ['--sample', '1.5'],
  ])('refuses %s %s in one line with both', (option, value) => {
    const said = complaint(option, value);
    expect(said).toContain(option);
    expect(said).toContain(`'${value}'`);
    expect(said.trim().split('\n')).toHaveLength(1);
  });

  it('refuses an unknown option', () => {
    expect(complaint('--prot', '1')).toContain("unknown option '--prot'");
  });
});
