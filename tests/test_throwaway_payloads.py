"""Throwaway: parse and drain every reference payload once."""
import glob, json, os, collections
import pytest
from tests.deliveries import *
from numbers.models import *
from inbox.models import *
from webhooks.models import *
from messaging.inbound import parse

@pytest.mark.django_db(transaction=True)
def test_all():
    files = sorted(glob.glob("/work/shared/reference/webhooks/*"))
    waba = WabaAccount.objects.create(waba_id="1", name="x", portfolio_id="p")
    ids=set()
    for f in files:
        raw=open(f,'rb').read()
        try: p=parse(raw)
        except Exception as e: print("RAISES", f, repr(e)); continue
        ids |= {x.phone_number_id for x in p.facts}
    for i in ids: PhoneNumber.objects.create(waba=waba, phone_number_id=i, display_phone="", name=i)
    for f in files:
        raw=open(f,'rb').read()
        (e,)=store(raw, routing_key="")
        drain.drain_due(); e.refresh_from_db()
        r=reasons([e])
        tag = "" if e.state=="DONE" and e.outcome else " <<<"
        print(os.path.basename(f), e.state, e.outcome, r, tag)
    print(Message.objects.count(), collections.Counter(Message.objects.values_list("kind",flat=True)), ParkedStatus.objects.count())
    # all in one batch, twice
    for f in files: store(open(f,'rb').read(), routing_key="")
    before=Message.objects.count(), MessageReceipt.objects.count(), ParkedStatus.objects.count()
    drain.drain_due()
    assert before==(Message.objects.count(), MessageReceipt.objects.count(), ParkedStatus.objects.count())
