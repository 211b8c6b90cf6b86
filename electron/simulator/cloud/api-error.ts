/**
 * The documented errors of OnsMqtt 2020-04-20 and of the gateway in front of it, with their HTTP statuses, and
 * which action lists which. Must not: know our client or our own error codes.
 */

/** Thrown inside the emulator; becomes `{RequestId, HostId, Code, Message, Recommend}`. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message?: string, status?: number) {
    super(message ?? ERRORS[code]?.message ?? 'The specified request is invalid.');
    this.name = 'ApiError';
    this.code = code;
    this.status = status ?? statusOf(code);
  }
}

interface ErrorRow {
  readonly status: number;
  readonly message: string;
}

const row = (status: number, message: string): ErrorRow => ({ status, message });

const ERRORS: Readonly<Record<string, ErrorRow>> = {
  // The product's own
  DeviceCredentialExsit: row(400, 'The device credential already exists.'),
  DeviceCredentialNotFound: row(400, 'The device credential does not exist.'),
  DeviceCredentialNumExceed: row(400, 'The number of device credentials exceeds the limit.'),
  ParameterCheckFailed: row(400, 'Parameter check failed.'),
  InstancePermissionCheckFailed: row(400, 'You are not authorized to operate on the instance.'),
  PermissionCheckFailed: row(400, 'You are not authorized to operate on the resource.'),
  CheckAccountInfoFailed: row(400, 'The account information could not be read.'),
  ApplyTokenOverFlow: row(400, 'The number of requests exceeds the limit. Try again later.'),
  ApiNotSupport: row(404, 'The API is not supported by this instance or region.'),
  InternalError: row(500, 'An internal error occurred in the backend service. Try again later.'),
  SystemOverFlow: row(500, 'The system is being throttled. Try again later.'),
  // The gateway's
  Throttling: row(400, 'Request was denied due to request throttling.'),
  'Throttling.User': row(400, 'Request was denied due to user flow control.'),
  'Throttling.Api': row(400, 'Request was denied due to api flow control.'),
  'Rejected.Throttling': row(400, 'Request was denied due to throttling.'),
  ServiceUnavailable: row(503, 'The request has failed due to a temporary failure of the server.'),
  SignatureNonceUsed: row(400, 'Specified signature nonce was used already.'),
  'InvalidTimeStamp.Expired': row(400, 'Specified time stamp or date value is expired.'),
  'InvalidTimeStamp.Format': row(400, 'Specified time stamp or date value is not well formatted.'),
  SignatureDoesNotMatch: row(400, 'Specified signature is not matched with our calculation.'),
  IncompleteSignature: row(400, 'The request signature does not conform to the standards.'),
  'InvalidAccessKeyId.NotFound': row(404, 'Specified access key is not found.'),
  'InvalidAccessKeyId.Inactive': row(400, 'Specified access key is disabled.'),
  'InvalidSecurityToken.Expired': row(400, 'Specified SecurityToken is expired.'),
  'InvalidSecurityToken.Malformed': row(400, 'Specified SecurityToken is malformed.'),
  'InvalidSecurityToken.MismatchWithAccessKey': row(400, 'Specified SecurityToken mismatches the AccessKey.'),
  MissingSecurityToken: row(400, 'SecurityToken is mandatory for this action.'),
  'InvalidApi.NotFound': row(404, 'Specified api is not found, please check your url and method.'),
  'InvalidProtocol.NeedSsl': row(404, 'Your request is denied as lack of ssl protect.'),
  // The status of this one is not documented; it is HTTP's own.
  UnsupportedHTTPMethod: row(405, 'Specified request method is not supported.'),
  NoPermission: row(403, 'You are not authorized to perform this operation.'),
  'Forbidden.RAM': row(403, 'User not authorized to operate on the specified resource.'),
};

/** The documented status of a code; 400 where the documents name none (`MissingClientId`, `InvalidParameter.X`). */
export function statusOf(code: string): number {
  return ERRORS[code]?.status ?? 400;
}
