namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>Every operation that we ask of a shop, each the file of its name in <c>Operations/</c>.</summary>
internal static class AdminOperations
{
    /// <summary>
    /// The most ids that <see cref="VariantsByIds"/> takes. Source: shopify.dev, <c>nodes</c> takes 250.
    /// </summary>
    public const int MaxIds = 250;

    /// <summary>The most codes that one <see cref="DiscountCodesAdd"/> takes. Source: the schema of 2026-10.</summary>
    public const int MaxCodes = 250;

    /// <summary>What stands in <see cref="ImportOrders"/> for the instant from which on orders are read.</summary>
    public const string Since = "{since}";

    public static readonly AdminOperation Shop = AdminOperation.Of("shop");

    public static readonly AdminOperation CurrentAppInstallation = AdminOperation.Of("current-app-installation");

    /// <summary>Begins to write the file of an import: <c>query</c> is one of the three below.</summary>
    public static readonly AdminOperation BulkRun = AdminOperation.Of("bulk-run");

    public static readonly AdminOperation BulkGet = AdminOperation.Of("bulk-get");

    public static readonly AdminOperation BulkCancel = AdminOperation.Of("bulk-cancel");

    /// <summary>Never asked by itself: the query of <see cref="BulkRun"/>.</summary>
    public static readonly AdminOperation ImportProducts = AdminOperation.Of("import-products");

    /// <inheritdoc cref="ImportProducts"/>
    public static readonly AdminOperation ImportCustomers = AdminOperation.Of("import-customers");

    /// <summary>The same, a template: an instant takes the place of <see cref="Since"/>.</summary>
    public static readonly AdminOperation ImportOrders = AdminOperation.Of("import-orders");

    public static readonly AdminOperation VariantsByIds = AdminOperation.Of("variants-by-ids");

    public static readonly AdminOperation EmailConsentUpdate = AdminOperation.Of("email-consent-update");

    public static readonly AdminOperation SmsConsentUpdate = AdminOperation.Of("sms-consent-update");

    public static readonly AdminOperation DiscountBasicCreate = AdminOperation.Of("discount-basic-create");

    public static readonly AdminOperation DiscountCodesAdd = AdminOperation.Of("discount-codes-add");

    public static readonly AdminOperation DiscountCodesStatus = AdminOperation.Of("discount-codes-status");

    public static readonly AdminOperation DiscountByCode = AdminOperation.Of("discount-by-code");

    public static readonly AdminOperation RemindersSent = AdminOperation.Of("reminders-sent");

    public static readonly AdminOperation WebhookList = AdminOperation.Of("webhook-list");

    public static readonly AdminOperation WebPixelGet = AdminOperation.Of("web-pixel-get");

    public static readonly AdminOperation WebPixelCreate = AdminOperation.Of("web-pixel-create");

    public static readonly AdminOperation WebPixelUpdate = AdminOperation.Of("web-pixel-update");

    /// <summary>All of them; a test holds the folder against it.</summary>
    public static IReadOnlyList<AdminOperation> All { get; } =
    [
        Shop, CurrentAppInstallation, BulkRun, BulkGet, BulkCancel, ImportProducts, ImportCustomers, ImportOrders,
        VariantsByIds, EmailConsentUpdate, SmsConsentUpdate, DiscountBasicCreate,
        DiscountCodesAdd, DiscountCodesStatus, DiscountByCode, RemindersSent, WebhookList, WebPixelGet, WebPixelCreate,
        WebPixelUpdate,
    ];
}
