/** Something that is billed, but not as it was given. */
export interface PricingWarning {
  /**
   * What happened: `negative_usage` was billed as 0; a fee in advance is `presumed_billed`, as `previous` does not hold
   * the document that carries it; events are missing that may still be billed (`usage_incomplete`); a closed period has
   * changed and its usage is not given, so its usage stays as it was billed (`usage_not_given`); events of a list could
   * not be read (`invalid_events`), contradict others of the same id (`conflicting_events`), or came after their period
   * was billed, which is not rated again (`closed_period_events`).
   */
  readonly code:
    | "negative_usage"
    | "presumed_billed"
    | "usage_incomplete"
    | "usage_not_given"
    | "invalid_events"
    | "conflicting_events"
    | "closed_period_events";
  /** The charge that it concerns; `null` where it concerns none in particular. */
  readonly chargeId: string | null;
  /** The fact in a sentence. */
  readonly message: string;
}
