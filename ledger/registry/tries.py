"""Sign-ins that fail: each more in a row makes the next wait longer, for whom it is tried and from
where; nobody is kept out for good."""

from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.bounds import (
    FREE_TRIES,
    FREE_TRIES_ADDRESS,
    MAX_TRIES,
    TRIES_FORGOTTEN,
    TRIES_PAUSE,
    TRIES_PAUSE_ADDRESS,
)
from ledger.registry.opened import Opened
from ledger.registry.tables import tries


class Key(NamedTuple):
    """What tries are counted by: how many are free, and how many seconds one waits at most."""

    digest: str
    free: int
    most: int


class Tries(Opened):
    """What is counted is kept for all processes of a ledger."""

    def try_to_sign_in(self, who: str, address: str) -> int:
        """Count a try, before it is made; the seconds that it has to wait, of which 0 lets it be
        made. Who is let in clears the count with `succeeded`: so many tries at the same moment are
        counted too. What has to wait is not counted. `who` may be empty."""
        now = self.now().timestamp()
        keys = _keys(who, address)
        with self._engine.begin() as connection:
            self._alone(connection, tries.name)
            counted = [_counted(connection, key, now) for key in keys]
            wait = max(_wait(key, *found, now) for key, found in zip(keys, counted, strict=True))
            if wait == 0:
                for key, (count, _) in zip(keys, counted, strict=True):
                    _keep(connection, key, count + 1, now)
                _forget(connection)
        return wait

    def succeeded(self, who: str, address: str) -> None:
        """Somebody was let in: their own count begins anew, and this try is none of the
        address's."""
        place, *person = _keys(who, address)
        with self._engine.begin() as connection:
            for key in person:
                connection.execute(delete(tries).where(tries.c.who == key.digest))
            less = update(tries).where(tries.c.who == place.digest, tries.c.tried > 0)
            connection.execute(less.values(tried=tries.c.tried - 1))


def _keys(who: str, address: str) -> list[Key]:
    """Of whoever has a whole network of addresses (IPv6) that counts as one."""
    found = [Key(_digest(f"address {_network(address)}"), FREE_TRIES_ADDRESS, TRIES_PAUSE_ADDRESS)]
    if who:
        found.append(Key(_digest(f"person {who}"), FREE_TRIES, TRIES_PAUSE))
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)


def _counted(connection: Connection, key: Key, now: float) -> tuple[int, float]:
    """How many tries still count, and when the last was."""
    row = connection.execute(select(tries).where(tries.c.who == key.digest)).first()
    if row is None:
        return 0, now
    forgotten = int((now - row.last_at) // TRIES_FORGOTTEN)
    return max(0, row.tried - forgotten), row.last_at


def _wait(key: Key, count: int, last: float, now: float) -> int:
    """Whole seconds: twice as long with each try past the free ones."""
    if count < key.free:
        return 0
    pause = min(key.most, 1 << min(count - key.free, 20))
    return max(0, min(key.most, ceil(last + pause - now)))


def _keep(connection: Connection, key: Key, count: int, now: float) -> None:
    values = {"tried": count, "last_at": now}
    change = update(tries).where(tries.c.who == key.digest)
    if not connection.execute(change.values(values)).rowcount:
        connection.execute(insert(tries), {"who": key.digest, **values})


def _forget(connection: Connection) -> None:
    """Of too many the oldest."""
    count = connection.execute(select(func.count()).select_from(tries)).scalar_one()
    if count > MAX_TRIES:
        oldest = select(tries.c.who).order_by(tries.c.last_at).limit(count - MAX_TRIES * 9 // 10)
        connection.execute(delete(tries).where(tries.c.who.in_(oldest)))
