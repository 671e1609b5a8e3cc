import type { Ticket } from '../../../shared/contracts/carrying.ts';

/** The ticket of a first attempt. */
export const TICKET: Ticket = {
  origin: 'pool/one',
  attempt: 1,
  first_byte_ms: 1_000,
  client_address: '192.0.2.1',
  client_origin: 'https://app.example.com',
};
