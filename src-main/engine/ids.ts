/** Ids that could be confused, branded. Wire objects carry plain strings; the codecs brand them on the way in. */
declare const brand: unique symbol
type Brand<T, B extends string> = T & { readonly [brand]: B }

/** `headers.id`: one task, over all its deliveries and retries. */
export type TaskId = Brand<string, 'TaskId'>
/** `properties.delivery_tag`: one delivery of one message. */
export type DeliveryTag = Brand<string, 'DeliveryTag'>
export type QueueName = Brand<string, 'QueueName'>
/** `celery@alpha` */
export type NodeName = Brand<string, 'NodeName'>
export type WorkerPid = Brand<number, 'WorkerPid'>
