using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels.Email;

/// <summary>
/// E-mails by a mail server of the merchant's (RFC 5321), always over STARTTLS with a certificate that this machine
/// trusts: without TLS neither a password nor a message leaves. A server reports nothing later: what it took is the
/// last that is known, and cannot be looked up. DKIM is the server's to sign.
/// </summary>
internal sealed partial class Smtp(VendorSettings settings, TimeProvider clock) : IVendor
{
    private const int DefaultPort = 587;

    /// <summary>The ports on which mail servers speak STARTTLS; 465, which begins with TLS, .NET cannot.</summary>
    private static readonly int[] Ports = [DefaultPort, 25, 2525];

    /// <summary>How long one attempt may take in all, by the machine's clock.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(45);

    public string Name => "SMTP";

    public Channel Channel => Channel.Email;

    public IReadOnlyList<CredentialField> Credentials { get; } =
    [
        new("host", "the mail server's name", t => HostForm().IsMatch(t)),
        new("port", "587 (the default), 25 or 2525", t => IsPort(t, settings)) { IsOptional = true },
        new("username", "1 to 254 characters", t => IsText(t, 254)) { IsOptional = true },
        new("password", "1 to 1,000 characters", t => IsText(t, 1000)) { IsOptional = true },
    ];

    public string? Objection(VendorAccount account) =>
        !EmailAddress.TryParse(account.From, out _) ? "The sender must be an e-mail address."
        : account.ReplyTo is { } reply && !EmailAddress.TryParse(reply, out _)
            ? "The address for answers must be an e-mail address."
        : account.Credentials.ContainsKey("username") != account.Credentials.ContainsKey("password")
            ? "A user name and a password belong together: set both or neither."
        : !IsPort(PortOf(account).ToString(CultureInfo.InvariantCulture), settings)
            ? "The port must be 587, 25 or 2525." : null;

    public async ValueTask<SendResult> SendAsync(
        VendorAccount account, OutgoingMessage message, CancellationToken cancel)
    {
        if (message.Content is not MessageContent.Email email)
        {
            throw new ArgumentException("A mail server carries e-mails.", nameof(message));
        }

        if (Objection(account) is { } objection) { return new SendResult.Refused(objection, RefusalKind.Account); }

        if (!message.To.All(char.IsAscii) || !MailAddress.TryCreate(message.To, out _))
        {
            return new SendResult.Refused(
                "The address is not one that every mail server takes.", RefusalKind.Address);
        }

        var begun = clock.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryAsync(account, message, email, cancel);
            if (answer is not NotTaken later) { return answer; }

            if (Patience.Next(attempt, clock.GetUtcNow() - begun, null, Random.Shared.NextDouble()) is not { } wait)
            {
                return new SendResult.Refused(later.Why, RefusalKind.Busy);
            }

            await Task.Delay(wait, clock, cancel);
        }
    }

    /// <summary>A mail server cannot be asked.</summary>
    public ValueTask<FoundMessage?> FindAsync(VendorAccount account, SentMessage sent, CancellationToken cancel) =>
        new((FoundMessage?)null);

    /// <summary>The Message-ID of a message, the same for ever: a second copy shows itself to its reader's server.
    /// </summary>
    public static string MessageIdOf(string sendId, string from) =>
        $"{string.Concat(sendId.Where(char.IsAsciiLetterOrDigit))}@{from[(from.LastIndexOf('@') + 1)..]}";

    private async ValueTask<SendResult> TryAsync(
        VendorAccount account, OutgoingMessage message, MessageContent.Email email, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AttemptTimeout);
        var progress = new Progress();
        try
        {
            if (!settings.AllowsPrivateHosts && await PrivateHosts.LeadsInsideAsync(account["host"], limit.Token))
            {
                return new SendResult.Refused("The mail server's address is a private one.", RefusalKind.Account);
            }

            using var mail = Compose(account, message, email, progress);
            using var client = Client(account);
            await SendAsync(client, mail, limit.Token);
            return new SendResult.Accepted(MessageIdOf(message.SendId, account.From!));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return progress.HasBegun ? new SendResult.Unknown("The mail server did not answer in time.")
                : new NotTaken("The mail server could not be reached in time.");
        }
        catch (Exception e) when (e is SmtpException or IOException or SocketException or AuthenticationException)
        {
            return progress.HasBegun ? AfterData(e) : BeforeData(e);
        }
    }

    /// <summary>
    /// The client heeds a token until the message has left, and not while it waits for the answer: then only being
    /// disposed of makes it hang up.
    /// </summary>
    private static async Task SendAsync(SmtpClient client, MailMessage mail, CancellationToken cancel)
    {
        var sending = client.SendMailAsync(mail, cancel);
        _ = sending.ContinueWith(static s => s.Exception, TaskContinuationOptions.OnlyOnFaulted); // Seen, if too late.
        await using var hangUp = cancel.Register(client.Dispose);
        await sending.WaitAsync(cancel);
    }

    private static SmtpClient Client(VendorAccount account) => new(account["host"], PortOf(account))
    {
        EnableSsl = true, // STARTTLS or nothing: a server without it is refused before a password is sent.
        UseDefaultCredentials = false,
        Credentials = account.Credentials.TryGetValue("username", out var user)
            ? new NetworkCredential(user, account["password"]) : null,
    };

    private static MailMessage Compose(
        VendorAccount account, OutgoingMessage message, MessageContent.Email email, Progress progress)
    {
        var from = new MailAddress(account.From!, Quotable(account.FromName ?? ""), Encoding.UTF8);
        var mail = new MailMessage(from, new MailAddress(message.To))
        {
            Subject = MailHeaders.OneLine(email.Subject),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        if (account.ReplyTo is { } reply) { mail.ReplyToList.Add(new MailAddress(reply)); }

        mail.Headers["Message-ID"] = $"<{MessageIdOf(message.SendId, account.From!)}>";
        foreach (var (header, value) in MailHeaders.Of(message, email)) { mail.Headers[header] = value; }

        mail.AlternateViews.Add(View(email.Text, MediaTypeNames.Text.Plain, progress));
        mail.AlternateViews.Add(View(email.Html, MediaTypeNames.Text.Html, progress));
        return mail;
    }

    /// <summary>
    /// A name that can stand between quotes: .NET does not escape those within, and one of them would begin another
    /// sender.
    /// </summary>
    private static string Quotable(string name) =>
        MailHeaders.OneLine(name).Replace('"', '\'').Replace("\\", "", StringComparison.Ordinal);

    private static AlternateView View(string text, string type, Progress progress) =>
        new(new WatchedStream(Encoding.UTF8.GetBytes(text), progress), new ContentType(type) { CharSet = "utf-8" })
        {
            TransferEncoding = TransferEncoding.Base64,
        };

    /// <summary>Nothing of the message was taken: no part of it had been asked for.</summary>
    private static SendResult BeforeData(Exception e)
    {
        if (Find<AuthenticationException>(e) is not null)
        {
            return new SendResult.Refused(
                "The mail server's certificate is not one that is trusted, or TLS failed.", RefusalKind.Account);
        }

        if (e is SmtpException { StatusCode: var code } smtp && (int)code >= 400)
        {
            return (int)code is 421 ? new NotTaken("The mail server asked to come back later (421).")
                : new SendResult.Refused($"The mail server refused it ({Code(smtp)}).", KindOf(smtp));
        }

        return Find<SocketException>(e) is not null || Find<IOException>(e) is not null
            ? new NotTaken("The mail server could not be reached.")
            : new SendResult.Refused("The mail server offers no TLS, or no login that we have.", RefusalKind.Account);
    }

    /// <summary>Some of it was: a code is the server's answer, and all else says nothing.</summary>
    private static SendResult AfterData(Exception e) =>
        e is SmtpException { StatusCode: var code } smtp && (int)code >= 400
            ? new SendResult.Refused($"The mail server refused the message ({Code(smtp)}).")
            : new SendResult.Unknown("The connection to the mail server broke before it answered.");

    /// <summary>
    /// A recipient is refused for good by an extended code about the mailbox (RFC 3463: 5.1.1 to 5.1.3, 5.1.10,
    /// 5.2.1); without one, 550 may as well be about relaying. The client says by its exception that it was the
    /// recipient, but for 554; what else is about logging in or the sender is the account's.
    /// </summary>
    private static RefusalKind KindOf(SmtpException e) => ((int)e.StatusCode, Extended().Match(e.Message).Value) switch
    {
        ( < 500, _) => RefusalKind.Busy,
        (_, "5.1.1" or "5.1.2" or "5.1.3" or "5.1.10" or "5.2.1") => RefusalKind.Address,
        (530 or 534 or 535 or 538 or 550 or 551 or 553, _) when e is not SmtpFailedRecipientException =>
            RefusalKind.Account,
        _ => RefusalKind.Message,
    };

    private static string Code(SmtpException e)
    {
        var extended = Extended().Match(e.Message).Value;
        return extended.Length > 0 ? $"{(int)e.StatusCode} {extended}" : $"{(int)e.StatusCode}";
    }

    private static T? Find<T>(Exception? e)
        where T : Exception => e is null ? null : e as T ?? Find<T>(e.InnerException);

    private static int PortOf(VendorAccount account) =>
        !account.Credentials.TryGetValue("port", out var text) ? DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    private static bool IsText(string text, int max) =>
        text.Length > 0 && text.Length <= max && !text.Any(char.IsControl);

    private static bool IsPort(string text, VendorSettings settings) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && (Ports.Contains(port) || (settings.AllowsPrivateHosts && port is > 0 and < 65_536));

    [GeneratedRegex(@"^(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z")]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\b[45]\.[0-9]{1,3}\.[0-9]{1,3}\b")]
    private static partial Regex Extended();

    /// <summary>For sure not taken: to be offered again.</summary>
    private sealed record NotTaken(string Why) : SendResult;

    /// <summary>Whether the server has been given a part of the message: it asked for it, with 354.</summary>
    private sealed class Progress
    {
        public bool HasBegun { get; set; }
    }

    /// <summary>
    /// A part of the message that tells when it is read. <see cref="SmtpClient"/> does not say how far it came, and
    /// it reads the parts only when the server has said "go on": before, nothing has been taken.
    /// </summary>
    private sealed class WatchedStream(byte[] bytes, Progress progress) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            progress.HasBegun = true;
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            progress.HasBegun = true;
            return base.Read(buffer);
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            progress.HasBegun = true;
            return base.ReadAsync(buffer, offset, count, cancellationToken);
        }

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            progress.HasBegun = true;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
