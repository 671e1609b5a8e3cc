import type { Ticket } from '../../../shared/contracts/carrying.ts';

/** What a gateway hands to a proxy for a first attempt. */
export const TICKET: Ticket = {
  origin: 'pool/one',
  attempt: 1,
  first_byte_ms: 1_000,
  client_address: '192.0.2.1',
  client_origin: 'https://app.example.com',
};
