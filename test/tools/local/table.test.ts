import { describe, expect, it } from 'vitest';
import { processTable, thingsToTry } from '../../../tools/local/table.ts';

describe('processTable', () => {
  it('lists every process, and those that do not run', () => {
    const rows = [
      { name: 'gateway', what: 'the load balancer', port: 8787, pid: 42, log: '/repo/.plimsoll/gateway.log' },
      { name: 'sql', what: 'SQL API', port: 8789, pid: undefined, log: '/repo/.plimsoll/sql.log' },
    ];
    const lines = processTable(rows, '/repo').split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^gateway +the load balancer +http:\/\/localhost:8787 +42 +\.plimsoll\/gateway\.log$/,
    );
    expect(lines[2]).toMatch(/^sql .* not running +\.plimsoll\/sql\.log$/);
  });
});

const PORTS = { gateway_port: 1_111, console_port: 2_222 };

describe('thingsToTry', () => {
  it('gives three commands with the ports in use', () => {
    const lines = thingsToTry(PORTS, '.plimsoll/token', { host: 'localhost', path: '/' })
      .split('\n')
      .slice(1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('curl -s localhost:1111/;');
    expect(lines[2]).toContain(
      'curl -s -H "authorization: Bearer $(cat .plimsoll/token)" localhost:2222/api/status',
    );
  });

  it('uses a host and path that the configuration serves', () => {
    const text = thingsToTry(PORTS, '.plimsoll/token', { host: 'app.example.com', path: '/api' });
    expect(text).toContain("curl -s -H 'host: app.example.com' localhost:1111/api;");
  });
});
