import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';
import { region } from './region.ts';

/** A received message as Lambda hands it to a function. */
export function sqsRecord(message: Message, queueArn: string): SQSRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '' } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ...noAttributes, ...message.Attributes },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attribute(value)]),
    ),
    md5OfBody: MD5OfBody,
    ...(message.MD5OfMessageAttributes !== undefined && {
      md5OfMessageAttributes: message.MD5OfMessageAttributes,
    }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

const noAttributes: SQSRecordAttributes = {
  ApproximateReceiveCount: '1',
  SentTimestamp: '0',
  SenderId: 'LOCAL',
  ApproximateFirstReceiveTimestamp: '0',
};

function attribute({
  DataType = 'String',
  StringValue,
  BinaryValue,
}: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: dataTypeOf(DataType),
  };
}

/** `Number.count` and the like are custom labels of one of the three types. */
function dataTypeOf(dataType: string): SQSMessageAttribute['dataType'] {
  if (dataType.startsWith('Number')) return 'Number';
  return dataType.startsWith('Binary') ? 'Binary' : 'String';
}
