from campaigns.models.campaign import Campaign, CampaignQuerySet
from campaigns.models.price import Price
from campaigns.models.recipient import Recipient

__all__ = ["Campaign", "CampaignQuerySet", "Price", "Recipient"]
