/** Who asks in all benches. The key is as long and as mixed as ConnectWise makes them, since every answer is looked through for it. */
export const account = { username: 'acme+key', password: 'q7XbT2vK9pLz4RwM', clientId: 'bench' } as const;

export const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
