"""The sandbox's own small server: shows posts as on the platform it plays; its log judges lost and doubled.

It shares no constant and no module with the adapter, so that neither can hide the other's mistake.
"""
