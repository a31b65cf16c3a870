import type { MetricName } from './meter.ts';

/** Whose failure it is: who has to do something about it. */
export type FailureClass = MetricName &
  ('Refusals' | 'ConnectionFailures' | 'ConnectWiseFailures' | 'OwnFailures' | 'UnknownOutcomes' | 'Rests');

const classes: Readonly<Record<string, FailureClass>> = {
  unauthorized: 'ConnectionFailures',
  forbidden: 'ConnectionFailures',
  invalid_connection: 'ConnectionFailures',
  unknown_company: 'ConnectionFailures',
  site_not_found: 'ConnectionFailures',
  unreachable: 'ConnectWiseFailures',
  timed_out: 'ConnectWiseFailures',
  connection_cut: 'ConnectWiseFailures',
  server_error: 'ConnectWiseFailures',
  cannot_route: 'ConnectWiseFailures',
  redirected: 'ConnectWiseFailures',
  not_applied: 'ConnectWiseFailures',
  paging_broken: 'ConnectWiseFailures',
  parts_not_merged: 'ConnectWiseFailures',
  internal_error: 'OwnFailures',
  response_not_stored: 'OwnFailures',
  journal_unavailable: 'OwnFailures',
  secret_unavailable: 'OwnFailures',
  outcome_unknown: 'UnknownOutcomes',
  rate_limited: 'Rests',
};

/** The class of a failure's reason. Every other reason says what the caller asked wrongly, or what ConnectWise does not allow. */
export const classOf = (reason: string): FailureClass => classes[reason] ?? 'Refusals';
