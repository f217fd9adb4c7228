"""One connection of the engine to PostgreSQL that comes back after any trouble; trouble is StoreDown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from ravi.delivery.engine.ports import StoreDown, StoreRefused

ANSWER_S = 15.0
# Below the age at which the audit chain takes rows (chain.py): no engine transaction is open for longer.
STATEMENT_S = 8
# An engine that is frozen inside a transaction, or cut off there, keeps neither the fence nor a channel for longer.
IDLE_S = 3
# What the same data meet every time: a number out of range, a broken constraint.
_OF_THE_DATA = (psycopg.DataError, psycopg.IntegrityError)


@dataclass(slots=True)
class Line:
    """One connection, one transaction at a time."""

    url: str = field(repr=False)
    name: str
    _connection: AsyncConnection[TupleRow] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[TupleRow]]:
        """Commit on leaving, roll back on an error. Raises StoreDown for whatever PostgreSQL or the way to it does,
        StoreRefused where it is the data."""
        async with self._turn:
            try:
                async with asyncio.timeout(ANSWER_S):
                    connection = await self._connected()
                    # What is not waited for travels together: a transaction costs as many round trips as it has answers
                    # that decide what comes next. psycopg's own `transaction` would wait at its begin and before its
                    # end; whoever leaves by an error needs no rollback, since the connection goes too.
                    async with connection.pipeline():
                        await connection.execute(b"begin")
                        yield connection
                        await connection.execute(b"commit")
            except (psycopg.Error, OSError, TimeoutError) as error:
                await self.close()
                kind = StoreRefused if isinstance(error, _OF_THE_DATA) else StoreDown
                raise kind(type(error).__name__ + ": " + str(error).split("\n")[0][:200]) from error
            except BaseException:
                # Cancelled or broken in the middle: the connection's state is not known any more.
                await self.close()
                raise

    async def close(self) -> None:
        """Drop the connection; the next transaction makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> AsyncConnection[TupleRow]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self.url,
                autocommit=True,
                connect_timeout=5,
                application_name=f"ravi engine {self.name}",
                # Few statements, each run for ever: one plan each, which asks indexes, whatever the tables' size.
                prepare_threshold=0,
                options=f"-c statement_timeout={STATEMENT_S * 1000} "
                f"-c idle_in_transaction_session_timeout={IDLE_S * 1000} -c timezone=UTC "
                "-c plan_cache_mode=force_generic_plan -c jit=off",
            )
        return self._connection


async def rows_of(connection: AsyncConnection[Any], statement: str, values: dict[str, Any]) -> list[TupleRow]:
    """All rows of one statement, waited for."""
    cursor = await asked(connection, statement, values)
    # Only behind a sync does the server know that it waits for us, and IDLE_S begins; a mere flush, which psycopg sends
    # otherwise, would let an engine that is frozen here keep its locks for ever.
    if connection._pipeline is not None:
        await connection._pipeline.sync()
    return await cursor.fetchall()


async def asked(connection: AsyncConnection[Any], statement: str, values: dict[str, Any]) -> AsyncCursor[TupleRow]:
    """One statement on its way; `fetchall` waits for its rows, also after the transaction's end."""
    return await connection.execute(statement.encode(), values, binary=True)


def storable(text: str) -> str:
    """What a platform answers may hold what PostgreSQL's text cannot: NUL and lone surrogates."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
