/**
 * What each error code says to a person, in English: what happened, and what to do next, one sentence each.
 * `{name}` is filled from the error's evidence. Must not: blame a person, or leave the next step open.
 */
import type { ErrorTexts } from './error-texts.ts';

export const errorsEn: ErrorTexts = {
  PORT_NOT_FOUND: { what: 'The port is not there.', todo: 'Plug the cable in, or correct the port’s name.' },
  PORT_BUSY: {
    what: 'Another program uses this port.',
    todo: 'Close the other program, then put the unit in again.',
  },
  PORT_DENIED: {
    what: 'The system does not let us open this port.',
    todo: 'Call the engineer: the port needs permission.',
  },
  PORT_FAILED: { what: 'The port could not be opened.', todo: 'Pull the cable out and plug it in again.' },
  PORT_LOST: { what: 'The connection was lost.', todo: 'Change the cable, put the same unit in again.' },
  UNIT_CHANGED: {
    what: 'Another unit answers than the one that was begun.',
    todo: 'Put the first unit in again.',
  },
  UNIT_SILENT: { what: 'No unit answers.', todo: 'Check power and cable, put the unit in again.' },
  NO_NEXT_UNIT: { what: 'No further unit came.', todo: 'Put the next unit in.' },
  UNIT_NOT_UNDERSTOOD: {
    what: 'Something answers, but not in our protocol.',
    todo: 'Check model, firmware and baud rate.',
  },
  UNIT_STOPPED_ANSWERING: { what: 'The unit stopped answering.', todo: 'Put the same unit in again.' },
  UNIT_DID_NOT_REBOOT: {
    what: 'The unit did not come back from its restart.',
    todo: 'Put the same unit in again.',
  },
  UNIT_PROTOCOL: { what: 'The unit breaks the protocol.', todo: 'Red bin. Tell the firmware engineer.' },
  UNIT_HARDWARE_ID_INVALID: {
    what: 'The unit’s hardware id breaks the rule.',
    todo: 'Red bin. Tell the firmware engineer.',
  },
  UNIT_WRONG_MODEL: {
    what: 'Wrong model: {model}; the order wants {expected}.',
    todo: 'Put it back with its own model.',
  },
  UNIT_LACKS_CAPABILITY: {
    what: 'The firmware cannot {missing}, which the order needs.',
    todo: 'Update the firmware first.',
  },
  UNIT_REFUSED_WRITE: {
    what: 'The unit refused the record.',
    todo: 'Put it in again; if it repeats, red bin.',
  },
  UNIT_STORAGE_FAILED: { what: 'The unit’s flash failed.', todo: 'Put it in again; if it repeats, red bin.' },
  UNIT_RECORD_TOO_LARGE: {
    what: 'The record does not fit into the unit.',
    todo: 'Red bin. Tell the firmware engineer.',
  },
  UNIT_LOCKED: { what: 'The unit is locked and holds something else.', todo: 'Red bin. Do not retry.' },
  UNIT_NOT_LOCKED: { what: 'The unit did not lock.', todo: 'Put it in again; if it repeats, red bin.' },
  UNIT_FORGOT_RECORD: { what: 'The unit lost its record in the restart.', todo: 'Red bin. Do not retry.' },
  DIGEST_WRONG: {
    what: 'The unit holds other data than was written.',
    todo: 'Put it in again; if it repeats, red bin.',
  },
  PROOF_WRONG: { what: 'The unit’s proof is wrong.', todo: 'Red bin. Do not retry.' },
  NOT_ACTIVATED: {
    what: 'The unit did not log in to the cloud in time.',
    todo: 'Check the unit’s network, put it in again.',
  },
  UNIT_LOGIN_REFUSED: {
    what: 'The unit’s console refuses the login.',
    todo: 'Call the engineer: correct user or password in the order’s settings.',
  },
  PROFILE_UNFIT: {
    what: 'A value does not fit into a step of the profile.',
    todo: 'Call the engineer: correct the profile.',
  },
  WRITTEN_UNVERIFIED: {
    what: 'Written, but not verified: the profile declares no verification.',
    todo: 'Set the unit aside. Call the engineer: the profile needs `verify`.',
  },
  UNIT_NOT_IN_DOWNLOAD_MODE: {
    what: 'The chip starts its application, not its loader.',
    todo: 'Check the fixture’s reset lines, or hold BOOT and press reset.',
  },
  UNIT_UNKNOWN_CHIP: {
    what: 'The station does not know this chip.',
    todo: 'Put it back with its own model.',
  },
  UNIT_SECURED: {
    what: 'The chip is secured already: {protection}.',
    todo: 'Red bin. Credentials go in before that.',
  },
  UNIT_NO_PARTITION_TABLE: {
    what: 'The chip has no partition table.',
    todo: 'Flash the firmware first, put the unit in again.',
  },
  UNIT_PARTITION_MISSING: {
    what: 'The firmware has no partition {partition}.',
    todo: 'Check firmware and order, put the unit in again.',
  },
  UNIT_PARTITION_UNUSABLE: {
    what: 'Partition {partition} cannot take the record: {why}.',
    todo: 'Tell the firmware engineer.',
  },
  ORDER_COMPLETE: { what: 'The order is complete.', todo: 'Keep this unit for the next order.' },
  CLIENT_ID_DOES_NOT_FIT: {
    what: 'No valid ClientId comes out for this unit.',
    todo: 'Call the engineer: correct the order.',
  },
  DUPLICATE_IDENTITY: {
    what: 'Another unit has this identity.',
    todo: 'Set both units aside, call the engineer.',
  },
  UNIT_HAS_OTHER_CLIENT_ID: {
    what: 'This unit already has another ClientId: {clientId}.',
    todo: 'Set it aside, call the engineer.',
  },
  CREDENTIAL_EXISTS: {
    what: 'The cloud already has a credential for {clientId}.',
    todo: 'Set it aside, call the engineer.',
  },
  UNIT_HOLDS_CREDENTIAL: {
    what: 'The unit already holds a working credential of another station.',
    todo: 'Set it aside, call the engineer.',
  },
  UNIT_HOLDS_OTHER_RECORD: {
    what: 'The unit holds a record that is not ours.',
    todo: 'Set it aside, call the engineer.',
  },
  CREDENTIAL_CHANGED: {
    what: 'The credential was changed in the cloud meanwhile.',
    todo: 'Set it aside, call the engineer.',
  },
  CREDENTIAL_GONE: {
    what: 'The credential is gone from the cloud.',
    todo: 'Set it aside, call the engineer.',
  },
  RECORD_MISSING: {
    what: 'The unit was written before and is empty now.',
    todo: 'Set it aside, call the engineer.',
  },
  HOLDING_UNKNOWN: {
    what: 'The unit was written before, and cannot say what it holds now.',
    todo: 'Set it aside, call the engineer.',
  },
  PASSED_UNIT_DIFFERS: {
    what: 'The unit passed before and no longer holds its record.',
    todo: 'Set it aside, call the engineer.',
  },
  PASSED_UNDER_OTHER_RECIPE: {
    what: 'The unit passed before under other rules.',
    todo: 'Set it aside, call the engineer.',
  },
  ALREADY_ONLINE: {
    what: 'Somebody is online with this ClientId already.',
    todo: 'Set it aside, call the engineer.',
  },
  CLOUD_UNREACHABLE: {
    what: 'The cloud cannot be reached.',
    todo: 'Check the network, put the unit in again.',
  },
  CLOUD_NOT_THE_API: {
    what: 'The network answers, but it is not the cloud.',
    todo: 'Call the engineer: proxy or sign-in page.',
  },
  CLOUD_CERTIFICATE: {
    what: 'The cloud’s certificate is not trusted here.',
    todo: 'Call the engineer: proxy or clock.',
  },
  CLOUD_TIMEOUT: { what: 'The cloud did not answer in time.', todo: 'Put the same unit in again.' },
  CLOUD_FAULT: { what: 'The cloud has a fault.', todo: 'Wait a minute, put the same unit in again.' },
  CLOUD_THROTTLED: {
    what: 'The cloud asks us to slow down.',
    todo: 'Wait a minute, put the same unit in again.',
  },
  CLOUD_PAUSED: {
    what: 'Calls to the cloud are paused after many faults.',
    todo: 'Wait a minute, put the same unit in again.',
  },
  CLOUD_KEY_REJECTED: {
    what: 'The cloud rejects the AccessKey.',
    todo: 'Call the engineer: check the AccessKey.',
  },
  CLOUD_TOKEN_REJECTED: {
    what: 'The cloud rejects the security token.',
    todo: 'Call the engineer: renew the token.',
  },
  CLOUD_DENIED: {
    what: 'The AccessKey lacks the permission.',
    todo: 'Call the engineer: RAM policy or instance.',
  },
  CLOUD_QUOTA: { what: 'The instance has no credentials left.', todo: 'Stop the line, call the engineer.' },
  CLOUD_PARAMETER: {
    what: 'The cloud does not accept the order’s data.',
    todo: 'Call the engineer: instance, group, ClientId.',
  },
  CLOUD_API_NOT_SUPPORTED: {
    what: 'This instance or region has no device credentials.',
    todo: 'Call the engineer: choose another instance.',
  },
  CLOUD_NEEDS_HTTPS: {
    what: 'The cloud may be called by https only.',
    todo: 'Correct cloud.endpoint in the order.',
  },
  CLOUD_ANSWER_INVALID: {
    what: 'The cloud’s answer makes no sense.',
    todo: 'Set it aside, call the engineer.',
  },
  CLOUD_REFUSED: { what: 'The cloud refused.', todo: 'Call the engineer.' },
  CLOCK_SKEW: { what: 'This computer’s clock is wrong.', todo: 'Call the engineer: set the clock.' },
  LEDGER_CORRUPT: { what: 'The ledger file {path} is damaged.', todo: 'Stop. Restore it from the backup.' },
  LEDGER_IN_USE: {
    what: 'Another station writes to the ledger {path}.',
    todo: 'Close the other one, or choose another ledger.',
  },
  LEDGER_READ_ONLY: {
    what: 'The ledger {path} cannot be written.',
    todo: 'Correct the permissions of file and folder.',
  },
  LEDGER_NEWER: { what: 'The ledger {path} was made by a newer version.', todo: 'Update this station.' },
  LEDGER_FAILED: { what: 'The ledger {path} failed.', todo: 'Stop. Call the engineer.' },
  DISK_FULL: { what: 'The disk is full.', todo: 'Stop. Free some space.' },
  RUN_ABORTED: { what: 'Stopped by hand.', todo: 'Put the same unit in again.' },
  STATION_STOPPED: { what: 'The station stopped in the middle.', todo: 'Put the same unit in again.' },
  BUG: { what: 'Keybench has a fault of its own.', todo: 'Call the engineer and send the log.' },
};
