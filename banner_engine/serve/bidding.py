"""OpenRTB 2.6 requests, as far as a banner needs them; whatever else stands in one is tolerated.

https://github.com/InteractiveAdvertisingBureau/openrtb2.x/blob/main/2.6.md (section 3.2)
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Flag = Literal[0, 1]
Text = Annotated[str, Field(max_length=512)]
Side = Annotated[int, Field(ge=0, le=100_000)]
MOST_IMPS, MOST = 100, 1_000


class Loose(BaseModel):
    """Right types where we look, and no opinion on the rest."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Format(Loose):
    w: Side | None = None
    h: Side | None = None


class Banner(Loose):
    w: Side | None = None
    h: Side | None = None
    format: list[Format] = Field(default=[], max_length=MOST)
    btype: list[int] = Field(default=[], max_length=MOST)
    battr: list[int] = Field(default=[], max_length=MOST)
    mimes: list[Text] = Field(default=[], max_length=MOST)


class Pmp(Loose):
    private_auction: Flag = 0


class Imp(Loose):
    id: str = Field(min_length=1, max_length=512)
    banner: Banner | None = None
    pmp: Pmp | None = None
    tagid: Text | None = None
    bidfloor: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    bidfloorcur: str = Field(default="USD", pattern="^[A-Z]{3}$")
    secure: Flag | None = None


class RegsExt(Loose):
    gdpr: Flag | None = None
    us_privacy: Text | None = None


class Regs(Loose):
    coppa: Flag = 0
    gdpr: Flag | None = None
    us_privacy: Text | None = None
    gpp: Annotated[str, Field(max_length=5_000)] | None = None
    gpp_sid: list[int] = Field(default=[], max_length=50)
    ext: RegsExt | None = None


class Uid(Loose):
    id: Text | None = None


class Eid(Loose):
    source: Text | None = None
    uids: list[Uid] = Field(default=[], max_length=50)


class UserExt(Loose):
    consent: Annotated[str, Field(max_length=5_000)] | None = None
    eids: list[Eid] = Field(default=[], max_length=50)


class User(Loose):
    id: Text | None = None
    buyeruid: Text | None = None
    consent: Annotated[str, Field(max_length=5_000)] | None = None
    eids: list[Eid] = Field(default=[], max_length=50)
    ext: UserExt | None = None


class Device(Loose):
    ua: Annotated[str, Field(max_length=2_000)] | None = None
    language: Text | None = None
    langb: Text | None = None
    dnt: Flag = 0
    lmt: Flag = 0


class BidRequest(Loose):
    id: str = Field(min_length=1, max_length=512)
    imp: list[Imp] = Field(min_length=1, max_length=MOST_IMPS)
    device: Device | None = None
    user: User | None = None
    regs: Regs | None = None
    test: Flag = 0
    tmax: Annotated[int, Field(ge=0)] | None = None
    wseat: list[Text] = Field(default=[], max_length=MOST)
    bseat: list[Text] = Field(default=[], max_length=MOST)
    cur: list[Annotated[str, Field(pattern="^[A-Z]{3}$")]] = Field(default=[], max_length=MOST)
    bcat: list[Text] = Field(default=[], max_length=MOST)
    acat: list[Text] = Field(default=[], max_length=MOST)
    cattax: int = 1
    badv: list[Text] = Field(default=[], max_length=10_000)
