namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>Every operation that we ask a shop for.</summary>
internal static class AdminOperations
{
    public static readonly AdminOperation
        CurrentAppInstallation = AdminOperation.Of("current-app-installation"),
        WebhookList = AdminOperation.Of("webhook-list"),
        DiscountBasicCreate = AdminOperation.Of("discount-basic-create"),
        DiscountCodesAdd = AdminOperation.Of("discount-codes-add"),
        DiscountCodesStatus = AdminOperation.Of("discount-codes-status"),
        DiscountByCode = AdminOperation.Of("discount-by-code"),
        VariantsByIds = AdminOperation.Of("variants-by-ids"),
        EmailConsentUpdate = AdminOperation.Of("email-consent-update"),
        SmsConsentUpdate = AdminOperation.Of("sms-consent-update"),
        RemindersSent = AdminOperation.Of("reminders-sent");
}
