/** What a worker thread is started with (`workerData`). */
export interface WorkerDefinition {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** The URL of the source file. */
  readonly fileUrl: string;
  readonly exportName: string;
}

/** What a worker thread is told to run. Events and answers travel as JSON: Lambda passes by value, and only what JSON can say. */
export interface InvocationMessage {
  readonly requestId: string;
  readonly eventText: string;
  readonly deadlineMs: number;
}

/** As Lambda's runtime reports an error. */
export interface LambdaError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What a worker thread says: that its module is loaded, that an invocation ended, or that either failed. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: LambdaError };

export function lambdaError(error: unknown): LambdaError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
